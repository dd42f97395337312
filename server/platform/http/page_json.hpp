#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/page.hpp"
#include "platform/http/gzip.hpp"
#include "platform/http/http.hpp"

namespace reprise::http {

/// `?limit=` and `?cursor=` of a request. Errors: Invalid.
inline Result<PageWish> page_wish(const Request& request) {
  return reprise::page_wish(request.query_value("limit"), request.query_value("cursor"));
}

/// `{"<name>": […], "next_cursor": "…" or null}`. `row_of` makes the object of one item.
template <class Item, class RowOf>
boost::json::object page_object(const char* name, const Page<Item>& page, RowOf row_of) {
  boost::json::array rows;
  rows.reserve(page.items.size());
  for (const Item& item : page.items) rows.push_back(row_of(item));
  boost::json::object body{{name, std::move(rows)}, {"next_cursor", nullptr}};
  if (page.next) body["next_cursor"] = cursor_of(*page.next);
  return body;
}

/// The same as an answer, in gzip when `request` accepts it. Call it only where blocking is
/// allowed.
template <class Item, class RowOf>
Response page_json(const Request& request, const char* name, const Page<Item>& page, RowOf row_of) {
  return gzipped(request, json(200, boost::json::serialize(page_object(name, page, row_of))));
}

}  // namespace reprise::http
