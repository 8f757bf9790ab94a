/**
 * The main job done once at build, so that the JVM's cache for later starts holds what it needs.
 */
@NullMarked
package dev.weft.app.rehearsal;

import org.jspecify.annotations.NullMarked;
