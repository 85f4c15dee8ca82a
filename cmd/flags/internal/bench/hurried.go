package bench

// Hurried has up to m requests open, and one writer.
const Hurried = "hurried"

func hurried() kind {
	return kind{
		name:     Hurried,
		usage:    "up to m requests at once, files handed to one writer",
		settings: func(requests, _ []int) []Mode { return handedOver(requests, []int{1}) },
		fetch:    allAtOnce,
		ideal:    idealHandedOver,
	}
}
