#pragma once

#include "platform/archive/parts.hpp"
#include "platform/http/http.hpp"

namespace reprise::ingest {

struct ListWish {
  PageWish page;
  archive::RecordingFilter filter;
  archive::RecordingSort sort = archive::RecordingSort::Newest;
};

/// `?limit=`, `?cursor=`, `?chat=`, `?state=`, `?missing=`, `?from=`, `?before=`, `?model=`,
/// `?sort=` of GET /api/recordings. Errors: Invalid, naming the parameter. Pure.
Result<ListWish> list_wish(const http::Request& request);

}  // namespace reprise::ingest
