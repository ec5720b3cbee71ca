/** Events of `Dashboard`. */
export interface DashboardEvents {
  /** Somebody began to watch, or left; `viewers` watch now. */
  viewers: { readonly viewers: number };
  /** Something was done from the page. */
  action: { readonly action: string; readonly target: string; readonly ok: boolean };
  /** A login was tried with a wrong password. */
  loginFailed: { readonly address: string | undefined };
}
