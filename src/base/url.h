/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be sent where.
 */
#ifndef BASE_URL_H
#define BASE_URL_H

#include "base/str.h"

/*
 * Is what goes there read by nobody on the way? https://…, or http:// to this machine itself
 * (127.0.0.1, localhost, [::1]); without a user, white space, control characters, backslashes.
 */
bool url_is_sealed(struct str url);

#endif
