/** How far the outputs of two variants lie apart on the same inputs. */
@NullMarked
package dev.weft.supervisor.comparison;

import org.jspecify.annotations.NullMarked;
