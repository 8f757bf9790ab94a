/** How hard the machine is pressed, and which lanes wait because of it. */
@NullMarked
package dev.weft.fabric.load;

import org.jspecify.annotations.NullMarked;
