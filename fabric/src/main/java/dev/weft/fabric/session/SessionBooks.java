package dev.weft.fabric.session;

/**
 * Where to look sessions up without asking them.
 *
 * @param fed those whose frames come to this node
 * @param stored those of the node's journal, which may be that of its whole site
 */
public record SessionBooks(FedSessions fed, StoredSessions stored) {}
