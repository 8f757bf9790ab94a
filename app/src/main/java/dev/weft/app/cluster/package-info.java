/** A cluster of processes on this machine, to try and to test with, and how one is shown. */
@NullMarked
package dev.weft.app.cluster;

import org.jspecify.annotations.NullMarked;
