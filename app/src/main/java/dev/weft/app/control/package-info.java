/** Changes a running process from another one, over a Unix domain socket. */
@NullMarked
package dev.weft.app.control;

import org.jspecify.annotations.NullMarked;
