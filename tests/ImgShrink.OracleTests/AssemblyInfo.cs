// Boots and loop devices share two cores at best; one test at a time is as fast, and its times can be read.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
