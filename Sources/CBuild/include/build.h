#pragma once

/// The commit that this was built from, as ALMANAC_COMMIT named it to the build; empty where nothing did.
const char *build_commit(void);
