/** What goes wrong with the processes of a cluster and between them, and what then must hold. */
@NullMarked
package dev.weft.app.mishap;

import org.jspecify.annotations.NullMarked;
