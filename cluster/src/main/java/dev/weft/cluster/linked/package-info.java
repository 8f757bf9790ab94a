/**
 * Sites that are clusters of their own and know a region by its data link alone: what each tells
 * the other, how requests to sessions go between them, and what such a node may ask.
 */
@NullMarked
package dev.weft.cluster.linked;

import org.jspecify.annotations.NullMarked;
