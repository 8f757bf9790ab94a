/** What all codecs of the cluster share. */
@NullMarked
package dev.weft.cluster.codec;

import org.jspecify.annotations.NullMarked;
