/** What the engine gets instead of a connection that could not be created; dropped on arrival. */
export class Dud {}
