/**
 * Requests to other nodes and their answers, over streams that may break. Opaque payloads; each
 * request is carried out at most once.
 */
@NullMarked
package dev.weft.link.exchange;

import org.jspecify.annotations.NullMarked;
