/** Files that are known by their digest, brought from other nodes. */
@NullMarked
package dev.weft.link.blob;

import org.jspecify.annotations.NullMarked;
