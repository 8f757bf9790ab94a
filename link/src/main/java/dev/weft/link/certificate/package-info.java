/** A site's CA and the certificates of its nodes: made, rotated, trusted, shown. */
@NullMarked
package dev.weft.link.certificate;

import org.jspecify.annotations.NullMarked;
