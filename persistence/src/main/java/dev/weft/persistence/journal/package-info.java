/**
 * Journals of event-sourced entities: which database keeps them, with which durability, in which
 * schema, and how a broken one is repaired. What the events mean is not known here.
 */
@NullMarked
package dev.weft.persistence.journal;

import org.jspecify.annotations.NullMarked;
