/* The drawings that are built into the page (tool/icons.mjs). One list, so
   that a name in a component that is not in the page does not compile. */
export const iconNames = [
  "arrow-down-narrow-wide", "arrow-left", "at-sign", "bell-ring", "building-2", "calendar", "calendar-clock",
  "check", "chevron-down", "chevron-right", "circle", "circle-alert", "circle-check", "circle-dashed",
  "circle-help", "circle-x", "clock", "copy", "corner-up-left", "download", "ellipsis", "file",
  "file-archive", "file-plus-2", "file-spreadsheet", "file-text", "file-video", "flag", "folder-input",
  "frown", "git-merge", "git-pull-request-arrow", "heart-pulse", "history", "hourglass", "image", "inbox", "keyboard",
  "layers", "list-filter", "lock", "log-out", "mail", "mail-warning", "maximize-2", "menu", "message-square-warning",
  "monitor", "moon", "paperclip", "pause", "pencil-line", "phone", "phone-call", "phone-incoming", "phone-outgoing",
  "plane", "play", "plus", "radar", "receipt-text", "refresh-cw", "reply", "rotate-ccw", "scissors", "search", "send",
  "settings", "shield", "shield-alert", "square-pen", "sticky-note", "sun", "tag", "text-quote", "trash-2",
  "undo-2", "user", "user-plus", "users", "wifi-off", "x", "zap",
] as const;

export type IconName = (typeof iconNames)[number];
