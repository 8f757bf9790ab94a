/**
 * Sessions: one client's ordered stream of frames, what is known of the client, and what it may
 * spend. The state is pure; {@link dev.weft.fabric.session.SessionEntity} makes it durable.
 */
@NullMarked
package dev.weft.fabric.session;

import org.jspecify.annotations.NullMarked;
