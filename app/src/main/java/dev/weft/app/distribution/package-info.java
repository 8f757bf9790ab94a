/** Weft as one file that runs on a machine without Java, Maven or the sources. */
@NullMarked
package dev.weft.app.distribution;

import org.jspecify.annotations.NullMarked;
