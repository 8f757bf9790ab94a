/** What {@code weft flag} sets, and where that is kept. */
@NullMarked
package dev.weft.app.flag;

import org.jspecify.annotations.NullMarked;
