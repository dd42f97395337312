#pragma once

// How uploads are stored in the database. Shared by the sources of this module.

#include <optional>
#include <string>
#include <vector>

#include "platform/uploads/uploads.hpp"
#include "platform/uploads/writer.hpp"

namespace reprise::uploads {

/// The upload with this id and this reach, unless it is being removed.
std::optional<Upload> upload_in(database::Transaction& transaction, const Reach& reach,
                                const UploadId& id);
std::unexpected<Error> no_upload();
/// Whether `more` bytes fit beside all that the person has. Errors: TooLarge `upload-quota`.
Status within_quota(database::Transaction& transaction, const UserId& owner, std::int64_t more,
                    const Limits& limits);
/// The parts of a content, in order.
std::vector<StoredPart> parts_in(database::Transaction& transaction, const std::string& content);
void insert_part(database::Transaction& transaction, const std::string& content,
                 const StoredPart& part);
/// Puts `part` in the place of the one that begins at the same byte, whose object it returns.
std::string replace_part(database::Transaction& transaction, const std::string& content,
                         const StoredPart& part);
/// The prefix of all objects of a content.
blob::BlobKey folder_of(const std::string& content);
/// A new name for a part that begins at this byte.
std::string new_key(const std::string& content, std::int64_t first_byte);

}  // namespace reprise::uploads
