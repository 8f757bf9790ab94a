/** Weft's command line. */
@NullMarked
package dev.weft.app;

import org.jspecify.annotations.NullMarked;
