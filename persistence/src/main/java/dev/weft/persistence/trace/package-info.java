/** What a trace store promises: keys, records, losses, queries, and how long things are kept. */
@NullMarked
package dev.weft.persistence.trace;

import org.jspecify.annotations.NullMarked;
