#include "platform/backup/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/json.hpp"
#include "platform/blob/blob.hpp"

namespace reprise::backup {
namespace json = boost::json;

void for_each_line(std::string_view text, const std::function<void(std::string_view)>& take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Result<Snapshot> snapshot_of(std::string_view text) {
  auto snapshot = from_json<Snapshot>(text);
  if (!snapshot || snapshot->version == kSnapshotVersion) return snapshot;
  return fail(ErrorCode::Invalid,
              fmt::format("version {} of the format is not known", snapshot->version));
}

std::string line_of(const SavedObject& object) {
  json::array line{object.key, object.bytes};
  for (const std::string& piece : object.pieces) line.emplace_back(piece);
  return json::serialize(line);
}

Result<SavedObject> object_of(std::string_view line) {
  const auto refused = fail(ErrorCode::Invalid, "a line of objects is not what it should be");
  const auto value = parse_json(line);
  const auto* row = value ? value->if_array() : nullptr;
  if (row == nullptr || row->size() < 2 || !row->at(0).is_string() || !row->at(1).is_int64()) {
    return refused;
  }
  SavedObject object{
      .key = std::string(row->at(0).get_string()), .bytes = row->at(1).get_int64(), .pieces = {}};
  for (std::size_t at = 2; at < row->size(); ++at) {
    if (!row->at(at).is_string()) return refused;
    object.pieces.emplace_back(row->at(at).get_string());
  }
  // The key becomes the name of a file.
  return is_valid(blob::BlobKey(object.key)) ? Result<SavedObject>(std::move(object)) : refused;
}

}  // namespace reprise::backup
