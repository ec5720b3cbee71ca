/** Options of `shutdown`. */
export interface ShutdownOptions {
  /** Whether the process ends after it. @default the manager's `exit` */
  readonly exit?: boolean | undefined;
}
