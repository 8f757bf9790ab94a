/** Processes of Weft that are killed again and again, and what must be there after each time. */
@NullMarked
package dev.weft.app.torture;

import org.jspecify.annotations.NullMarked;
