/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a person reads the article of a row of the law book. The book cites in one short form,
 * "405-V art. 5(2)-(3) as amended from 2026"; this is also the stable code that programs get.
 */
#ifndef TEXT_CITE_H
#define TEXT_CITE_H

#include "text/say.h"

/*
 * Appends the article in `lang`: kk "405-V Заң, 28-бап", ru "Закон 405-V, статья 28". Text that is
 * not understood (a book from elsewhere) is given as it stands.
 */
void say_article(struct buf *b, enum lang lang, struct str article);

/* Whether say_article() has words for it; the built-in book cites nothing else. */
bool cite_understood(struct str article);

#endif
