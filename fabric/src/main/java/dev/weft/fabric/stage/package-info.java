/** Stage actors, their bounded lane mailboxes, and the loading of variants. */
@NullMarked
package dev.weft.fabric.stage;

import org.jspecify.annotations.NullMarked;
