Three tickets, one man
Barred from flights and fast trains — a beat sheet
The promise. Ren Guoqiang owes a kiln 84,000 yuan for tiles he has long since sold. The court lists him, three bookings are refused, he pays, he is free. The list has done what lists are for. Then the press office counts: three.
-> part_1

=== part_1 ===
1. Ren Guoqiang — 12 September 2016
A seat on an aeroplane (to: Kunming).
A tile fair, and two days by the lake. He has been meaning to answer the letters.
+ [Go on] -> part_2

=== part_2 ===
2. Ren Guoqiang — 11 October 2016
The court lists a debtor (case: “(2016) No. 1187”). (note 1)
The name of Ren Guoqiang is put on a list: List of dishonest persons subject to enforcement (失信被执行人名单). (note 2)
Ren Guoqiang is given: No aeroplanes, until further notice. (note 2) (note 3)
To Ren Guoqiang: “Ren Guoqiang: you are subject to restricted consumption (限制高消费). You may not buy a seat on an aeroplane. This is not a punishment. It is a reminder of what you owe.” (note 3)
Ren Guoqiang is given: No fast trains, until further notice. (note 2) (note 4)
Because: He who will not pay shall sit where he can think about it. (note 2)
Because: Somebody in the office once asked how many people that was. She has moved to another office. (note 5)
+ [Go on] -> part_3

=== part_3 ===
3. Ren Guoqiang — 2 November 2016, 09:00
Tried: A seat on an aeroplane (to: Kunming).
The card went through. The seat did not.
It is refused: No aeroplanes. (note 3)
By app to Ren Guoqiang: “Booking not accepted. Reason code 7. The carrier cannot discuss reason code 7.” (note 6)
Because: Every refusal is a success and shall be counted. (note 6)
+ [Go on] -> part_4

=== part_4 ===
4. Ren Guoqiang — 2 November 2016, 09:04
Tried: A seat on an aeroplane (to: Kunming).
He thought it was the card, and tried his wife's.
It is refused: No aeroplanes. (note 3)
By app to Ren Guoqiang: “Booking not accepted. Reason code 7. The carrier cannot discuss reason code 7.” (note 6)
+ [Go on] -> part_5

=== part_5 ===
5. Ren Guoqiang — 2 November 2016, 10:30
Tried: A seat on a fast train (to: Kunming).
At the station, with people behind him.
It is refused: No fast trains. (note 4)
By app to Ren Guoqiang: “Booking not accepted. Reason code 7. The carrier cannot discuss reason code 7.” (note 6)
+ [Go on] -> part_6

=== part_6 ===
6. Ren Guoqiang — 2 November 2016, 11:05
A hard seat on a slow train (to: Kunming; hours: 37). (note 7)
A hard seat is for sale to anyone.
+ [Go on] -> part_7

=== part_7 ===
7. Ren Guoqiang — 20 December 2016
The court takes a debtor off the list (case: “(2016) No. 1187”). (note 8)
He sold the van. Zhao Min has her 84,000 yuan, and writes to the court to say so.
The name of Ren Guoqiang comes off a list: List of dishonest persons subject to enforcement (失信被执行人名单). (note 9)
It is over for Ren Guoqiang: No aeroplanes. (note 9) (note 3)
It is over for Ren Guoqiang: No fast trains. (note 9) (note 4)
To Ren Guoqiang: “Ren Guoqiang: case (2016) No. 1187 is closed. You may travel as other people do.” (note 9)
Because: A debt that is paid should leave no mark that the court can see. (note 9)
+ [Go on] -> part_8

=== part_8 ===
8. Ren Guoqiang — 24 January 2017
A seat on an aeroplane (to: Harbin).
His daughter's wedding. Minus 24. He takes a window seat.
+ [Go on] -> part_9

=== part_9 ===
9. Zhao Min — 14 February 2017
A seat on an aeroplane (to: Beijing).
On the seat-back screen: so many millions of people barred from flights. She wonders who they all are.
+ [Go on] -> part_10

=== part_10 ===
Note 1. as the timeline has it, scenarios\/three-tickets.yaml:22.
Note 2. Listed, therefore barred, policy.yaml:100; documented; Supreme People's Court, Several Provisions on Restricting High Consumption and Related Consumption of Persons Subject to Enforcement, as amended (Fa Shi \[2015\] No. 17) (2015), Articles 1 and 3.
Note 3. No aeroplanes, policy.yaml:76; documented; Supreme People's Court, Several Provisions on Restricting High Consumption and Related Consumption of Persons Subject to Enforcement, as amended (Fa Shi \[2015\] No. 17) (2015), Articles 1 and 3.
Note 4. No fast trains, policy.yaml:85; documented; Supreme People's Court, Several Provisions on Restricting High Consumption and Related Consumption of Persons Subject to Enforcement, as amended (Fa Shi \[2015\] No. 17) (2015), Articles 1 and 3.
Note 5. A new person is barred, policy.yaml:136; invented; one-person \= 1 persons (invented).
Note 6. A booking is refused, policy.yaml:123; invented; one-ticket \= 1 tickets (invented).
Note 7. as the timeline has it, scenarios\/three-tickets.yaml:36.
Note 8. as the timeline has it, scenarios\/three-tickets.yaml:37.
Note 9. Delisted, therefore free, policy.yaml:111; adapted.
-> END
