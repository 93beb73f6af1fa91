/*
 * `holdfast deliver`: takes a mail on standard input for the running server,
 * so that a mail server's pipe, procmail or a script can hand mail in.
 */
#ifndef APP_DELIVER_H
#define APP_DELIVER_H

/*
 * argv[0] is "deliver". Gives a code of sysexits.h: 0 only when the server has
 * stored the mail for every recipient, EX_TEMPFAIL whenever trying again may
 * help, EX_NOUSER, EX_NOPERM, EX_DATAERR or EX_USAGE otherwise.
 */
int app_deliver(int argc, char **argv);

#endif
