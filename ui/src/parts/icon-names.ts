/* The drawings that are built into the page (tool/icons.mjs). One list, so
   that a name in a component that is not in the page does not compile. */
export const iconNames = [
  "alarm-clock", "alarm-clock-off", "arrow-down", "arrow-down-narrow-wide", "arrow-left", "arrow-right", "arrow-up",
  "at-sign", "ban", "bell", "bell-off", "bell-ring", "bookmark", "bookmark-plus", "building-2", "calendar",
  "calendar-clock", "check", "chevron-down", "chevron-right", "circle", "circle-alert", "circle-check",
  "circle-dashed", "circle-help", "circle-stop", "circle-x", "clock", "copy", "corner-up-left", "download",
  "ellipsis", "external-link", "eye", "file", "file-archive", "file-plus-2", "file-spreadsheet", "file-text",
  "file-video", "flag", "folder", "folder-input", "frown", "git-merge", "git-pull-request-arrow", "grip-vertical",
  "heart-pulse", "history", "hourglass", "image", "inbox", "key-round", "keyboard", "layers", "link", "list-checks",
  "list-filter", "lock", "log-in", "log-out", "mail", "mail-warning", "mailbox", "maximize-2", "menu",
  "message-square-text", "message-square-warning", "minus", "monitor", "monitor-smartphone", "moon", "package-open",
  "palette", "paperclip", "pause", "pencil", "pencil-line", "phone", "phone-call", "phone-incoming", "phone-outgoing",
  "plane", "play", "plug", "plus", "printer", "radar", "receipt-text", "refresh-cw", "reply", "rotate-ccw",
  "scissors", "scroll-text", "search", "send", "send-horizontal", "settings", "shield", "shield-alert",
  "shield-check", "smartphone", "split", "square-check", "square-pen", "sticky-note", "sun", "tag", "text-quote",
  "trash-2", "triangle-alert", "truck", "undo-2", "upload", "user", "user-check", "user-plus", "user-x", "users",
  "webhook", "wifi-off", "x", "zap",
] as const;

export type IconName = (typeof iconNames)[number];
