/*
 * Commands of the operator on a workspace. All but `backup` and `link` want
 * the desk stopped, and say so.
 */
#ifndef APP_UPKEEP_H
#define APP_UPKEEP_H

int app_link(int argc, char **argv);
int app_check(int argc, char **argv);
int app_rebuild(int argc, char **argv);
int app_backup(int argc, char **argv);
int app_restore(int argc, char **argv);
int app_erase(int argc, char **argv);

#endif
