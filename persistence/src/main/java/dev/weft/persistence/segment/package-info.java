/** The trace store over segments: envelope, chain, group commit, retention, keys, recovery. */
@NullMarked
package dev.weft.persistence.segment;

import org.jspecify.annotations.NullMarked;
