#pragma once

#include "features/sharing/shares.hpp"
#include "platform/http/gate.hpp"

namespace reprise::app {

/// The same routes, but those that read a recording or a chat also answer somebody with whom it is
/// shared (Request::grant). `shares` outlives them.
http::Routes with_shared_reads(sharing::Shares& shares, http::Routes routes);

/// Lets people come to such routes who have no login but have opened a link. `shares` outlives it.
http::Gate with_visitors(sharing::Shares& shares, http::Gate gate);

}  // namespace reprise::app
