/*
 * `holdfast demo`: the whole desk with an invented agency in it, whose last
 * three weeks of mail came in on the real path. Nothing leaves: outgoing mail
 * goes to a folder. doc/demo.md says what is in it.
 */
#ifndef APP_DEMO_H
#define APP_DEMO_H

/* argv[0] is "demo". Gives a code of sysexits.h. */
int app_demo(int argc, char **argv);

#endif
