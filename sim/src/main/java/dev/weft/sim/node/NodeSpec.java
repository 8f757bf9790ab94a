package dev.weft.sim.node;

import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.persistence.trace.TraceSettings;
import java.time.Duration;

/**
 * What a simulated node is made with.
 *
 * @param loops inference loops, at least 1
 * @param engine how its models behave
 * @param trace how its edge buffer works
 * @param recordEvery how often frames that have ended are recorded
 * @param book is told what the edge buffer answered; outlives the process that asked
 */
public record NodeSpec(
    int loops,
    EngineFaults engine,
    TraceSettings trace,
    SessionRules sessions,
    SignalSchema signals,
    Duration recordEvery,
    BufferBook book) {}
