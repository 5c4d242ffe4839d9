// Each of these tests starts a whole network, and two of them would make each other miss their rounds.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
