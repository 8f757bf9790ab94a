/** The main job: the kiosk example on its own inputs, held against what is known to be right. */
@NullMarked
package dev.weft.app.demo;

import org.jspecify.annotations.NullMarked;
