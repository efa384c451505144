import PipelineFile

/// The fields of a source that name what stands beside the target.
struct CovariateFields: FieldGroup {
  @Field("Columns of numbers beside the target that are known up to its last value, such as the weather.")
  var past: [String] = []
  @Field(
    "Columns of numbers beside the target that are known ahead, such as promotions; rows with an empty target after "
      + "its last value hold them for the horizon.")
  var future: [String] = []
  @Field("Columns with one number or text for the whole series, such as its region.") var `static`: [String] = []

  init() {}
}
