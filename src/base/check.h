/* SPDX-License-Identifier: Apache-2.0 */
/*
 * must(x): an assertion that stays on in production. It is for what cannot be; what can be wrong
 * because somebody outside did something is an error, never a must().
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

__attribute__((noreturn, cold)) void check_failed(const char *file, int line, const char *what);

#define must(x) (__builtin_expect(!!(x), 1) ? (void)0 : check_failed(__FILE__, __LINE__, #x))

#endif
