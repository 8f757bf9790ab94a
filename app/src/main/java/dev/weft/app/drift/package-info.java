/** What another variant would do to accuracy, from a trace. */
@NullMarked
package dev.weft.app.drift;

import org.jspecify.annotations.NullMarked;
