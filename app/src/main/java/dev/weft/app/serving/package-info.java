/** What {@code weft serve} serves, and how it is told to end. */
@NullMarked
package dev.weft.app.serving;

import org.jspecify.annotations.NullMarked;
