/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of ISO 20022 as a stream: of each <Document> only the elements that somebody asks for,
 * by their paths. Memory does not grow with the text. Nothing outside it is ever opened; a document
 * type refuses it, so there are no entities.
 */
#ifndef FORMATS_XML_H
#define FORMATS_XML_H

#include "formats/encoding.h"

enum { XML_PATHS_MAX = 64 };

/*
 * What is asked for below <Document>: names between slashes, without prefixes. NULL = not in this
 * message; the same path may stand twice. An element below which nothing is asked for is a value.
 */
struct xml_paths {
	const char *path[XML_PATHS_MAX];
	size_t count;
	/*
	 * Unless NULL: where the paths start, and the fields of errors with them; "" is a path
	 * then, this element itself. Beside the first name of it <Document> has no elements:
	 * XML_MESSAGE.
	 */
	const char *root;
};

struct xml_value {
	struct str text;     /* without white space at both ends; valid during the call */
	struct str currency; /* attribute Ccy; its p is NULL where there is none */
	uint32_t line;       /* of the start of the element */
};

/* Each may refuse the whole text by its error; err.line and err.field are set where they are not.
 */
struct xml_sink {
	void *arg;
	/*
	 * A <Document> with this namespace begins: what is asked for there, or NULL: the message is
	 * not known, and the text is refused with XML_MESSAGE.
	 */
	const struct xml_paths *(*document)(void *arg, struct str space, uint32_t line);
	/* An element that was asked for begins; `path` is its place in the list. */
	ST (*open)(void *arg, size_t path, uint32_t line);
	/* It ends; the text of one that is no value is empty. */
	ST (*close)(void *arg, size_t path, const struct xml_value *v);
	ST (*document_end)(void *arg);
	/* Told now and then, unless NULL, up to where the text is not looked at any more. */
	void (*passed)(void *arg, const char *upto);
};

/* Does the text look like XML at all? */
bool xml_sniff(struct str text);

/*
 * Reads `text`, which is UTF-8 and was `encoding` before. What stands outside of a <Document>, such
 * as an envelope and its header, is passed over. Errors: those of the sink, TEXT_ENCODING (bytes
 * that are no UTF-8 and do not say what else they are), FILE_TRUNCATED, XML_SYNTAX (also deeper
 * than LIMIT_XML_DEPTH and names longer than LIMIT_XML_NAME_BYTES), XML_DTD, XML_MESSAGE (no
 * <Document>), VALUE_TOO_LONG (LIMIT_XML_VALUE_BYTES).
 */
ST xml_read(struct ctx *cx, struct str text, enum encoding encoding, const struct xml_sink *sink);

#endif
