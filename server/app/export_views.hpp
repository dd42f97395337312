#pragma once

#include "base/async.hpp"
#include "features/account/export_parts.hpp"
#include "features/playback/views.hpp"

namespace reprise::app {

/// How an export gets at the files of a recording's view. Views and pool outlive it.
account::ViewFilesOf export_views(playback::Views& views, BlockingPool& reads);

}  // namespace reprise::app
