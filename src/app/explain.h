/*
 * The diagnostic filters (`holdfast explain ...`): what Holdfast makes of an
 * input, as JSON on standard output, one document a line. They never touch a
 * workspace. Each takes the arguments after its own name (argv[0] is that
 * name) and returns an exit code of sysexits.h.
 */
#ifndef APP_EXPLAIN_H
#define APP_EXPLAIN_H

int explain_due(int argc, char **argv);
int explain_html(int argc, char **argv);
int explain_mail(int argc, char **argv);
int explain_text(int argc, char **argv);
int explain_threads(int argc, char **argv);

#endif
