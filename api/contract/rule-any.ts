/** The two words of a rule that screens compare with; apart from the schemas, so that they bring none of them along. */
export { ANY, WALL_CLOCK } from '#transforms/rules/any.ts'
