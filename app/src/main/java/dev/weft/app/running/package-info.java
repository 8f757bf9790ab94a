/** Runs frames through a pipeline for the command line and tells what came out. */
@NullMarked
package dev.weft.app.running;

import org.jspecify.annotations.NullMarked;
