/** Gets pinned artifacts that are missing from where their manifests say. */
@NullMarked
package dev.weft.app.fetch;

import org.jspecify.annotations.NullMarked;
