/** The two ways out. A sink resolves when the other side has the message for good; it may get the same one again. */

/** Tells the outside systems what to do: the simulator, or the command topic. They know a command by `command_id` for ever. */
export type CommandSink = { send(command: Readonly<Record<string, unknown>>): Promise<void> }

/** Lands an event of our own like any other source's. */
export type EventSink = { land(event: Readonly<Record<string, unknown>>): Promise<void> }
