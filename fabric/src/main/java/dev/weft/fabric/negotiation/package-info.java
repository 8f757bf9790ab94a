/** Which of a stage's variants a node can run, and which it takes. */
@NullMarked
package dev.weft.fabric.negotiation;

import org.jspecify.annotations.NullMarked;
