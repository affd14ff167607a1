/** What stands for any value of a dimension. */
export const ANY = '*'
/** The clock on the wall, as a calendar. */
export const WALL_CLOCK = '24x7'
