package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import java.time.Instant;

/**
 * A session that is at another site for a reason that passes.
 *
 * @param term number of the move that took it there; a higher one is of somebody else
 * @param at when it was moved
 */
public record Away(
    String session, String tenant, SiteName to, MoveReason reason, long term, Instant at) {}
